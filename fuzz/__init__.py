"""Hostile inputs for the doors of taper, thought out by a machine: `make fuzz`.

A door is where foreign bytes come in: a participant's file, a protocol, a table, a printed PDF, an
earlier plan, a ledger. Whatever comes in, only a plan, an answer or a sentence may come out, within
a few seconds and a bounded memory. Anything else is kept as a fault.
"""
