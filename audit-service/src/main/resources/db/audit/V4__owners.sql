-- Whom the key of a call belonged to at that time. Records of before say nothing of it, and their hashes cover nothing of it.
ALTER TABLE audit.record ADD COLUMN owner_customer text NOT NULL DEFAULT '';
ALTER TABLE audit.record ADD COLUMN owner_team text NOT NULL DEFAULT '';
ALTER TABLE audit.record ADD COLUMN owner_user text NOT NULL DEFAULT '';
