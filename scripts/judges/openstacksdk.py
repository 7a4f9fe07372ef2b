"""Shares an image with openstacksdk, as the clouds owner, member and owner-app of the clouds.yaml in force.

Checks what every step comes to, prints each, and exits with 1 unless all of it held. The image is deleted in any case.
"""

import sys
import uuid

import openstack
from keystoneauth1.exceptions import Unauthorized
from openstack.exceptions import ForbiddenException, NotFoundException

DATA = b"no operating system is in here\n" * 1000

failures = []


def check(what, held, seen):
    """Prints a check; `seen` says what was there instead."""
    print(f"{'ok  ' if held else 'FAIL'} {what}" + ("" if held else f": {seen!r}"))
    if not held:
        failures.append(what)


def equal(what, seen, wanted):
    check(what, seen == wanted, seen)


def refused(what, error, call):
    """Checks that a call raises this very error."""
    try:
        seen = call()
    except Exception as raised:  # whatever it is, it gets shown
        check(what, type(raised) is error, raised)
    else:
        check(what, False, seen)


def listed(cloud, image):
    """Says whether the image is in the cloud's default list, which it walks to its end."""
    return image.id in [each.id for each in cloud.image.images()]


def rows(cloud, image):
    return [(row.member_id, row.status) for row in cloud.image.members(image)]


def log_in(owner, member):
    ours, theirs = owner.current_project_id, member.current_project_id
    check("owner and member log in to projects of their own", ours and theirs and ours != theirs, (ours, theirs))
    app = openstack.connect(cloud="owner-app")
    equal("the application credential opens the owner's project", app.current_project_id, ours)
    stranger = openstack.connect(cloud="owner", auth={"password": uuid.uuid4().hex})
    refused("a wrong password gets no token", Unauthorized, lambda: len(stranger.session.get_token()))
    return app


def create(owner, name):
    image = owner.image.create_image(name, data=DATA, disk_format="raw", container_format="bare", validate_checksum=False)
    after = owner.image.get_image(image.id)
    equal("a created image with data is active", (after.name, after.status, after.size), (name, "active", len(DATA)))
    equal("it is its creator's", after.owner_id, owner.current_project_id)
    return image


def share(owner, member, app, image):
    project = member.current_project_id
    refused("the member does not see it before it is shared", NotFoundException, lambda: member.image.get_image(image.id))
    equal("nobody is a member yet", rows(owner, image), [])

    added = owner.image.add_member(image, member_id=project)
    equal("the owner shares it", (added.member_id, added.image_id, added.status), (project, image.id, "pending"))
    equal("the member sees it", member.image.get_image(image.id).id, image.id)
    equal("the member does not list it before accepting", listed(member, image), False)

    accepted = member.image.update_member(project, image, status="accepted")
    equal("the member accepts", accepted.status, "accepted")
    equal("the member lists it", listed(member, image), True)
    equal("the owner lists the member", rows(owner, image), [(project, "accepted")])
    equal("the application credential lists the member", rows(app, image), [(project, "accepted")])
    equal("the member reads its own row", member.image.get_member(project, image).status, "accepted")
    refused(
        "the member may not delete it",
        ForbiddenException,
        lambda: member.image.delete_image(image, ignore_missing=False),
    )

    rejected = member.image.update_member(project, image, status="rejected")
    equal("the member rejects", rejected.status, "rejected")
    equal("the member lists it no longer", listed(member, image), False)

    owner.image.remove_member(project, image, ignore_missing=False)
    equal("the owner unshares it", rows(owner, image), [])
    refused("the member sees it no longer", NotFoundException, lambda: member.image.get_image(image.id))


def delete(owner, image):
    owner.image.delete_image(image, ignore_missing=False)
    refused("the owner deletes it", NotFoundException, lambda: owner.image.get_image(image.id))
    equal("the owner lists it no longer", listed(owner, image), False)


def main():
    owner, member = openstack.connect(cloud="owner"), openstack.connect(cloud="member")
    app = log_in(owner, member)
    image = create(owner, f"sharecheck-judge-{uuid.uuid4().hex[:8]}")
    try:
        share(owner, member, app, image)
    finally:
        delete(owner, image)
    print(f"{len(failures)} failed" if failures else "openstacksdk shares an image here")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
