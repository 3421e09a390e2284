-- Replicas of the release before wrote measures without naming their months. Every month is computed once more.
INSERT INTO stale_months SELECT DISTINCT month_of(ended_at) FROM measures;
