-- Media by reference: what is taken from a bucket.

alter table batches
  add column source_uri  text,                         -- s3://bucket/folder/, or a manifest; null: files were sent
  add column assume_role text,                         -- the role whose credentials read it
  add column n_known     integer not null default 0;   -- objects of the source that the dataset had already

alter table items
  add column source_uri text;                          -- s3://bucket/key; its bytes are fetched while it is measured
create index items_source on items (dataset_id, source_uri) where source_uri is not null;

-- Videos: the file is one item, each frame sampled from it another, with the same annotations.

alter table items
  add column video_id        uuid references items on delete cascade,  -- of a frame
  add column frame_timestamp double precision,         -- seconds from the beginning of the video
  drop constraint items_kind_check,
  add constraint items_kind_check check (kind in ('IMAGE', 'OBJECT', 'VIDEO', 'VIDEO_FRAME'));
create index items_video on items (video_id) where video_id is not null;

-- Custom metadata: a field is declared, then filled once. Its id is the documented task_id.

create table metadata_fields (
  id            uuid primary key default gen_random_uuid(),
  dataset_id    uuid not null references datasets on delete cascade,
  created_by    uuid references users on delete set null,
  created_at    timestamptz not null default clock_timestamp(),
  field_name    text not null,
  field_type    text not null check (field_type in ('string', 'float', 'datetime', 'enum', 'link')),
  enum_options  text[],                                -- of an enum
  is_multi      boolean not null default false,
  status        text not null default 'INIT'
                check (status in ('INIT', 'IN_PROGRESS', 'COMPLETED', 'COMPLETED_WITH_ERRORS')),
  inserted_rows bigint not null default 0,
  error_count   bigint not null default 0,
  sample_errors jsonb not null default '[]',
  unique (dataset_id, field_name)
);

-- An export is what was asked for; the file is made as it is downloaded.
create table exports (
  id             uuid primary key default gen_random_uuid(),
  dataset_id     uuid not null references datasets on delete cascade,
  created_by     uuid references users on delete set null,
  created_at     timestamptz not null default clock_timestamp(),
  file_name      text not null,
  include_images boolean not null,
  entities_count bigint not null
);
create index exports_dataset on exports (dataset_id);
