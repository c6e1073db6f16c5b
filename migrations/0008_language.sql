-- Words are searched in the language of the dataset: the name of one of PostgreSQL's own configurations. As text, since a
-- column of regconfig keeps pg_upgrade from working.
alter table datasets add column language text not null default 'english';

-- An item repeats it, for a generated column knows nothing but its own row. What the configurations do never changes, so
-- the function is immutable. Every item is written anew, once.
alter table items add column language text not null default 'english';
create function item_text(language text, caption text, labels text[]) returns tsvector
  language sql immutable parallel safe
  return to_tsvector(language::regconfig, coalesce(caption, '') || ' ' || array_to_string(labels, ' '));
alter table items drop column text_search;
alter table items add column text_search tsvector generated always as (item_text(language, caption, labels)) stored;
create index items_text on items using gin (text_search);
drop function item_text(text, text[]);
