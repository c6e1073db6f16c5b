-- With each batch that comes in, older items have new nearest neighbours. A statement that changes nothing else of items says
-- so by `set_config('belfry.changes', 'likeness', true)`, which is heard once (src/media/neighbours/store.ts): then what is
-- kept of their other columns stays true. Of who says nothing everything may have changed.
alter table item_changes add column likeness boolean not null default false;

create or replace function note_item_changes() returns trigger language plpgsql as $$
declare
  only_likeness boolean := coalesce(current_setting('belfry.changes', true) = 'likeness', false);
begin
  if only_likeness then
    perform set_config('belfry.changes', '', true);
  end if;
  insert into item_changes (batch_id, likeness) select distinct batch_id, only_likeness from changed;
  return null;
end $$;
