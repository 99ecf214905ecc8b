-- At the endpoint of which group a call came in, and how a script was kept from everything else. Empty where it was neither, and in
-- records of before, whose hashes cover nothing of it.
ALTER TABLE audit.record ADD COLUMN tool_group text NOT NULL DEFAULT '', ADD COLUMN isolation text NOT NULL DEFAULT '';
