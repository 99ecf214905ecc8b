-- Estimated tokens of what went back to the agent. Records of before say nothing of it, and their hashes cover nothing of it.
ALTER TABLE audit.record ADD COLUMN result_tokens bigint NOT NULL DEFAULT 0;
