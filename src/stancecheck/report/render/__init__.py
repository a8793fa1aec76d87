"""What a person reads: the terminal table, the notebook fragment, the report page and the pictures.

Everything here works from plain rows (`ReportView`); it knows no model and judges nothing.
"""
