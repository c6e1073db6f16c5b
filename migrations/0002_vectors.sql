-- What items look like and say, as vectors, and what follows from them.

-- Vectors of one measured chunk of a batch: `vectors` holds one of `dims` little-endian float32, of unit length, for
-- each of `ordinals`, in their order. A tile never changes, so it can be cached by its key.
create table vector_tiles (
  batch_id      uuid not null references batches on delete cascade,
  model         text not null,                         -- vectors of different models are never compared
  first_ordinal integer not null,
  kind          text not null check (kind in ('IMAGE', 'OBJECT', 'VIDEO_FRAME')),    -- of all its items
  dims          integer not null,
  ordinals      integer[] not null,                    -- ascending, at most 1,024
  vectors       bytea not null,
  primary key (batch_id, model, first_ordinal),
  check (length(vectors) = 4 * dims * cardinality(ordinals))
);
-- They do not compress; trying costs time at each write.
alter table vector_tiles alter column vectors set storage external;

-- A picture that somebody searches by. It is no item: nothing but its vector is kept.
create table anchors (
  id         uuid primary key default gen_random_uuid(),
  dataset_id uuid not null references datasets on delete cascade,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  model      text not null,
  vector     bytea not null
);
create index anchors_dataset on anchors (dataset_id, created_at);

-- What a view's filters by meaning or likeness are compared with, taken when the view was saved: it goes on meaning
-- the same when the anchor is deleted. An item passes when it has a vector of the model and the cosine is at least
-- `min_cosine`.
create table view_vectors (
  view_id    uuid not null references views on delete cascade,
  position   integer not null,                         -- 0: the caption; from 1: the VQL's, in the order of its text
  model      text not null,
  vector     bytea not null,
  min_cosine double precision not null,
  primary key (view_id, position)
);

alter table items
  add column nearest_likeness double precision,        -- 0–1; of nothing else in the dataset: 0; null: not measured
  add column nearest_id       uuid,                    -- what it is most like; may have been deleted since
  add column isolation        double precision,        -- 1 − the mean likeness of its nearest neighbours
  add column label_share      double precision,        -- of its nearest neighbours, those that share a label
  add column duplicates       double precision,        -- issue confidences, 0–1; null: cannot be told
  add column outliers         double precision,
  add column mislabels        double precision,
  add column label_outlier    double precision,
  add column cluster_id       uuid;                    -- set by an indexing; alike items share it
