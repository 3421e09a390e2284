-- When an event of the complaint said what became of the file. Files that an adapter sent stand in the complaint's own event.
ALTER TABLE media_links ADD COLUMN said_at timestamptz;
UPDATE media_links AS l SET said_at = now() FROM media AS m WHERE m.id = l.media AND m.provider_id IS NULL;
CREATE INDEX media_links_unsaid ON media_links (media) WHERE said_at IS NULL;
