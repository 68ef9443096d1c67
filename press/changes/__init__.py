"""What changed between releases: snapshots, ids that last, and the ledger.

`snapshots` writes and reads releases, `matching` finds the blocks of one in another, `lasting_ids` gives ids,
`ledger` says what changed, `logged` whether the changelogs tell of it.
"""
