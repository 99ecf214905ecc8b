-- A call that waited for input may be opened again on another edge before the first edge's CLOSE has arrived.
ALTER TABLE audit.open_call DROP CONSTRAINT open_call_pkey;
ALTER TABLE audit.open_call ADD PRIMARY KEY (tenant, call_id, edge);
