-- What is kept of the items of a batch, in memory and on other replicas, is true as long as nothing of them changed.
-- A row for each statement that changed items of a batch: how many there are is its version. Rows are only added, and
-- without a foreign key, so that nobody who tags media waits for somebody who evaluates or deletes a batch.
create table item_changes (batch_id uuid not null);
create index item_changes_batch on item_changes (batch_id);

create function note_item_changes() returns trigger language plpgsql as $$
begin
  insert into item_changes (batch_id) select distinct batch_id from changed;
  return null;
end $$;
create trigger items_changed after update on items referencing new table as changed
  for each statement execute function note_item_changes();

create function forget_item_changes() returns trigger language plpgsql as $$
begin
  delete from item_changes where batch_id = old.id;
  return null;
end $$;
create trigger batches_deleted after delete on batches for each row execute function forget_item_changes();
