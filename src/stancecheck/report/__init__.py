"""What a person reads: the report, its exports and its pages."""

from __future__ import annotations

from stancecheck.report.report import Report

__all__ = ["Report"]
