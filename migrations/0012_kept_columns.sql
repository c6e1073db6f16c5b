-- Columns of past batches as the evaluator keeps them in memory (src/monitoring/columnar/packed-column.ts): a preview reads a
-- hundredth of the bytes that the items themselves are. Whatever is missing, or older than its batch, is read from the items.
create table kept_columns (
  batch_id uuid not null references batches on delete cascade,
  kind     text not null,                              -- of the items
  base     integer not null,                           -- the first ordinal of the tile
  name     text not null,
  version  bigint not null,                            -- how many changes of its items the batch had (item_changes)
  format   integer not null,
  bytes    bytea not null,
  primary key (batch_id, kind, base, name)
);

-- Whether somebody took care of it; those that are there already are read when somebody asks.
alter table batches add column columns_kept boolean not null default true;
alter table batches alter column columns_kept set default false;
create index batches_unkept on batches (evaluated_at) where state = 'evaluated' and not columns_kept;
