"""tools/licences.py: what a licence asks is read right, and nothing that is needed is left out in silence."""

from __future__ import annotations

import importlib

import pytest

from tests.source_tree import source_path

source_path("tools")
licences = importlib.import_module("tools.licences")


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ("MIT", "permissive"),
        ("BSD License; Apache Software License", "permissive"),
        ("Apache-2.0 OR BSD-2-Clause", "permissive"),
        ("GPL-3.0-only OR MIT", "permissive"),
        ("MPL-2.0 AND MIT", "weak copyleft"),
        ("GNU Lesser General Public License v3 (LGPLv3)", "weak copyleft"),
        ("GPL-3.0-only AND MIT", "LOOK AT IT"),
        ("GNU General Public License v3 (GPLv3)", "LOOK AT IT"),
        ("GNU Affero General Public License v3", "LOOK AT IT"),
        ("AGPL-3.0-or-later", "LOOK AT IT"),
        ("CC-BY-NC-4.0", "LOOK AT IT"),
        ("not stated", "LOOK AT IT"),
    ],
)
def test_licence_expressions(stated, kind):
    assert licences.kind_of(stated) == kind


def test_missing_package_is_named(monkeypatch):
    class Installed:
        requires = ("nowhere-to-be-found>=1", 'for-another; sys_platform == "none"', 'extra-one; extra == "plot"')

    def distribution(name):
        if name == "stancecheck":
            return Installed()
        raise licences.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(licences.metadata, "distribution", distribution)
    assert licences.needed("stancecheck", set()) == ({}, {"nowhere-to-be-found"})
    assert licences.needed("stancecheck", {"plot"}) == ({}, {"nowhere-to-be-found", "extra-one"})
