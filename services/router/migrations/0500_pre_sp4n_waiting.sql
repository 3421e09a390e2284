-- What waits for SP4N is counted every few seconds by each replica: from these few rows, not from all that are there.
CREATE INDEX sp4n_mirror_waiting ON sp4n_mirror (state, coalesce(reason, '')) INCLUDE (since) WHERE state <> 'settled';
