"""Stands in Glance's pipeline where keystonemiddleware's `authtoken` stands in front of a Keystone.

Only the tokens that `up` wrote to tokens.json (next to the copy of this file in the state folder) are
good. The 401 itself is Glance's own, as with `delay_auth_decision = true` in the paste file that Glance
ships: a later filter refuses what is not `Confirmed`, before any routing, in the form that Accept asks for.
"""

import json
import pathlib

TOKENS = pathlib.Path(__file__).with_name("tokens.json")

# Each role implies those after it.
ROLES = ("admin", "manager", "member", "reader")

# Who the caller is, is said by the token alone: what a client claims in these headers is dropped.
IDENTITY = tuple(
    "HTTP_" + prefix
    for prefix in (
        "X_IDENTITY_STATUS",
        "X_USER",
        "X_PROJECT",
        "X_TENANT",
        "X_DOMAIN",
        "X_ROLE",
        "X_SERVICE",
        "X_IS_ADMIN_PROJECT",
        "OPENSTACK_SYSTEM_SCOPE",
    )
)

CHALLENGE = ("WWW-Authenticate", 'Keystone uri="http://keystone.invalid/v3"')


def filter_factory(_global_conf, **_local_conf):
    """Returns the filter, as a paste pipeline wants it."""
    tokens = json.loads(TOKENS.read_text())
    return lambda app: FakeAuth(app, tokens)


class FakeAuth:
    def __init__(self, app, tokens):
        self.app = app
        self.tokens = tokens

    def __call__(self, environ, start_response):
        for name in [name for name in environ if name.startswith(IDENTITY)]:
            del environ[name]
        token = environ.get("HTTP_X_AUTH_TOKEN", environ.get("HTTP_X_STORAGE_TOKEN"))
        caller = self.tokens.get(token)
        environ["HTTP_X_IDENTITY_STATUS"] = "Confirmed" if caller else "Invalid"
        if caller:
            environ["HTTP_X_USER_ID"] = caller["user"]
            environ["HTTP_X_PROJECT_ID"] = caller["project"]
            strongest = min(ROLES.index(role) for role in caller["roles"])
            environ["HTTP_X_ROLES"] = ",".join(ROLES[strongest:])

        def challenge(status, headers, exc_info=None):
            if status.startswith("401"):
                headers = [*headers, CHALLENGE]
            return start_response(status, headers, exc_info)

        return self.app(environ, challenge)
