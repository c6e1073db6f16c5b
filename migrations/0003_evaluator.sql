-- How views were evaluated, what it cost, and those that could not be.

-- A view which could not be evaluated has no point in its trend, but an entry here.
create table trend_errors (
  view_id     uuid not null references views on delete cascade,
  batch_id    uuid not null references batches on delete cascade,
  "timestamp" timestamptz not null,
  reason      text not null,                           -- one sentence
  primary key (view_id, batch_id)
);
create index trend_errors_view on trend_errors (view_id, "timestamp");
create index trend_errors_batch on trend_errors (batch_id);    -- for deleting a dataset

-- Both are of the last evaluation.
alter table views
  add column evaluation_error text,                    -- null: it went well
  add column evaluation_ms    double precision;        -- null: not evaluated yet
create index views_failing on views (dataset_id) where evaluation_error is not null;

-- Long lists of ordinals are packed (src/lib/ordinals.ts); then `matched` is empty. Not compressed again.
alter table alerts add column packed bytea;
alter table alerts alter column packed set storage external;

-- Which evaluator counted, why, and how long it took (src/monitoring/evaluate.ts, Report).
alter table tasks add column evaluation jsonb;
