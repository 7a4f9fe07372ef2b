"""Fills a new Keystone: what Glance needs to ask it about callers, and the actors.

    ADMIN_PASSWORD=… GLANCE_PASSWORD=… python fill_keystone.py IDENTITY-URL IMAGE-URL REGION

`up` runs it with Keystone's own Python, in the state folder's `run`. It writes there `actors`, with a line for each
(name, token, project id), and `clouds.yaml`, where each is the cloud of that name. Two more lines, without a project,
have tokens that must be refused: one whose time is over, and one of another cloud.
"""

import base64
import datetime

import os
import pathlib
import secrets
import sys

import keystone.conf
from cryptography.fernet import Fernet
from keystone.token import token_formatters
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

# Each is a user of that name; here are its role, and the project where it has it.
ACTORS = {
    "owner": ("member", "owner"),
    "member": ("member", "member"),
    "other-member": ("member", "other-member"),
    "stranger": ("member", "stranger"),
    "admin": ("admin", "admin"),  # any new Keystone has it
    "reader": ("reader", "owner"),
}

identity, image, region = sys.argv[1:]


class Caller:
    """A user in a project, and what Keystone answers it."""

    def __init__(self, user, password, project):
        # As keystoneauth and clouds.yaml alike call it.
        self.auth = {
            "auth_url": identity,
            "username": user,
            "user_domain_name": "Default",
            "password": password,
            "project_name": project,
            "project_domain_name": "Default",
        }
        self.session = Session(v3.Password(**self.auth), timeout=30)

    def create(self, kind, under="", **fields):
        answer = self.session.post(f"{identity}{under}/{kind}s", json={kind: fields})
        return answer.json()[kind]


def fill(admin):
    """Makes Glance and the actors known; returns the actors' callers by name."""
    roles = {role["name"]: role["id"] for role in admin.session.get(f"{identity}/roles").json()["roles"]}
    projects = {}

    def add(user, password, role, project):
        if project not in projects:
            projects[project] = admin.create("project", name=project, domain_id="default")["id"]
        user_id = admin.create("user", name=user, domain_id="default", password=password)["id"]
        admin.session.put(f"{identity}/projects/{projects[project]}/users/{user_id}/roles/{roles[role]}")
        return Caller(user, password, project)

    add("glance", os.environ["GLANCE_PASSWORD"], "service", "service")
    service = admin.create("service", type="image", name="glance")
    admin.create("endpoint", service_id=service["id"], interface="public", region_id=region, url=image)
    return {
        name: admin if name == "admin" else add(name, secrets.token_hex(16), role, project)
        for name, (role, project) in ACTORS.items()
    }


class Mint(token_formatters.TokenFormatter):
    """Makes tokens as Keystone does, with a key of one's own choice, and for any time."""

    crypto = None

    def __init__(self, key):
        self.crypto = Fernet(key)

    def token(self, caller, lifetime):
        """Returns a token of a caller that is good for so long from now on; less than nothing for an expired one."""
        end = datetime.datetime.now(datetime.timezone.utc) + lifetime
        return self.create_token(
            caller.session.get_user_id(),
            end.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            [base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()],
            token_formatters.ProjectScopedPayload,
            methods=["password"],
            project_id=caller.session.get_project_id(),
        )


def dead_tokens(owner):
    """Returns tokens of the owner that must be refused, by the actors that they are for."""
    keystone.conf.configure()
    own = Mint(max(pathlib.Path("fernet").iterdir(), key=lambda path: int(path.name)).read_bytes())
    an_hour = datetime.timedelta(hours=1)
    # One whose time is not over is good: it is for its time alone that the other is refused.
    owner.session.get(f"{identity}/auth/tokens", headers={"X-Subject-Token": own.token(owner, an_hour)})
    return {
        "expired-token": own.token(owner, -an_hour),
        "foreign-token": Mint(Fernet.generate_key()).token(owner, an_hour),
    }


def cloud(name, auth_type, auth):
    """Returns an entry of clouds.yaml."""
    lines = [f"  {name}:", f"    auth_type: {auth_type}", "    auth:"]
    lines += [f'      {key}: "{value}"' for key, value in auth.items()]
    lines += [f"    region_name: {region}", "    interface: public", "    identity_api_version: 3"]
    return "\n".join(lines) + "\n"


def main():
    callers = fill(Caller("admin", os.environ["ADMIN_PASSWORD"], "admin"))
    clouds = "clouds:\n" + "".join(cloud(name, "v3password", caller.auth) for name, caller in callers.items())
    owner = callers["owner"]
    app = owner.create("application_credential", f"/users/{owner.session.get_user_id()}", name="owner-app")
    credential = {
        "auth_url": identity,
        "application_credential_id": app["id"],
        "application_credential_secret": app["secret"],
    }
    clouds += cloud("owner-app", "v3applicationcredential", credential)
    pathlib.Path("clouds.yaml").write_text(clouds)

    # New tokens, and at the end, because they may be good for seconds only.
    lines = []
    for name, caller in callers.items():
        caller.session.invalidate()
        lines.append(f"{name} {caller.session.get_token()} {caller.session.get_project_id()}\n")
    lines += [f"{name} {token}\n" for name, token in dead_tokens(owner).items()]
    pathlib.Path("actors").write_text("".join(lines))


if __name__ == "__main__":
    main()
