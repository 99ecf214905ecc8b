-- What an upstream lists besides tools: a sallyport.registry.v1.ServerCatalogue with nothing but resources, templates
-- and prompts.
alter table registry.catalogue add column offers bytea not null default '';
