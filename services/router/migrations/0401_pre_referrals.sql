-- The lists of referred cases, by how far each is: a person has not looked yet, it must be told on paper, it was told, it was answered.
CREATE INDEX state_referrals ON state ((CASE WHEN data->'referral'->>'fresh' = 'true' THEN 'baru'
    WHEN data->'referral'->>'answered' = 'true' THEN 'dijawab' WHEN data->'referral'->>'told' IS NOT NULL THEN 'diberitahu'
    WHEN data->'referral'->>'to' IS NOT NULL THEN 'surat' END), key)
    WHERE data->>'state' = 'referred';
