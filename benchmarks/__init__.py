"""Benchmarks: each measures one thing, writes a record, and makes a table of the records.

A benchmark is a module of this package with a docstring, ``run(arguments)`` and ``table(records)``; modules that begin with
an underscore are shared by several. To add one, add the module, and `<!-- table: NAME -->` and `<!-- end of table -->` to a
page. ``python -m benchmarks list`` finds it.
"""
