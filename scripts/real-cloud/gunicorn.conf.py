"""How gunicorn serves Glance, and Keystone. They run in the state folder's `run`, where a copy of this file lies.

A file, because gunicorn reads it there unasked, and a service that reads `sys.argv` (Keystone does) sees no options.
"""

import os
import pathlib

service = os.environ["REAL_CLOUD_SERVICE"]  # glance or keystone

# Glance 33 has glance.wsgi.api:application, which is this call; the older ones have the call alone.
wsgi_app = {"glance": "glance.common.wsgi_app:init_app()", "keystone": "keystone.wsgi.api:application"}[service]
bind = f"127.0.0.1:{os.environ['REAL_CLOUD_PORT']}"  # port 0: a free one
proc_name = "sharecheck-real-cloud"

# One worker and one thread: SQLite refuses writers that overlap ("database is locked", a 500 that
# no Glance on a real database gives). The gthread class still keeps many connections open.
workers = 1
worker_class = "gthread"
threads = 1
keepalive = 75
graceful_timeout = 3
control_socket_disable = True

# One line per request: method, path with query, status. Nothing of what it carried.
accesslog = "../access.log" if service == "glance" else f"../{service}-access.log"
access_log_format = "%(m)s %({raw_uri}e)s %(s)s"


def when_ready(server):
    """Says on which port it listens, once it does. That is before the service is loaded."""
    port = server.LISTENERS[0].getsockname()[1]
    pathlib.Path(f"{service}.port").write_text(f"{port}\n")
