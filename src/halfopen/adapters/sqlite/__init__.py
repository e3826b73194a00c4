"""The ledger on one machine: an append-only journal, drained in groups into SQLite.

    append --one write(2)--> journal/<segment>.jsonl --a group, one transaction--> ledger.db

A row is in the journal before `append` returns, so `kill -9` keeps it. The journal is synced at least once a
second, so a power cut may cost the rows of the last second. A segment is deleted once all of it is in the
database and the database has been synced.
"""
