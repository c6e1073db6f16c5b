-- The first schema. Forward only: a change is a new file, never an edit of one that was released.
-- Times are timestamptz with microseconds; the API prints them in UTC without a zone.

-- ── auth ────────────────────────────────────────────────────────────────────────────────────────

create table users (
  id            uuid primary key default gen_random_uuid(),
  email         text not null,
  name          text not null,
  password_hash text,                                  -- null: signs in by API key only
  is_admin      boolean not null default false,
  created_at    timestamptz not null default clock_timestamp()
);
create unique index users_email on users (lower(email));

-- The secret of a key is not stored: it is derived from the server's own key (src/auth/credentials.ts).
create table api_keys (
  api_key    text primary key,
  user_id    uuid not null references users on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz
);
create unique index api_keys_one_live on api_keys (user_id) where revoked_at is null;

create table sessions (
  token_hash bytea primary key,                        -- sha256 of the cookie, so that a backup opens nothing
  user_id    uuid not null references users on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);

-- ── datasets ────────────────────────────────────────────────────────────────────────────────────

create table datasets (
  id                uuid primary key default gen_random_uuid(),
  display_name      text not null,
  description       text not null default '',
  source_type       text not null default 'LOCAL',
  owned_by          uuid not null references users,
  created_at        timestamptz not null default clock_timestamp(),
  status            text not null default 'DRAFT'
                    check (status in ('DRAFT', 'INDEXING', 'READ ONLY', 'PARTIAL INDEX', 'READY', 'ERROR')),
  progress          double precision not null default 0,   -- 0–100
  embedding_config  jsonb,                             -- null until the first indexing
  fatal_error_msg   text,
  source_dataset_id uuid,
  -- Orders "view created" and "batch accepted" within the dataset; drawn while its row is locked.
  last_event_seq    bigint not null default 0,
  n_images          integer not null default 0,
  n_videos          integer not null default 0,
  n_objects         integer not null default 0
);

create table dataset_members (
  dataset_id uuid not null references datasets on delete cascade,
  user_id    uuid not null references users on delete cascade,
  role       text not null check (role in ('owner', 'editor', 'viewer')),
  granted_at timestamptz not null default clock_timestamp(),
  primary key (dataset_id, user_id)
);
create index dataset_members_user on dataset_members (user_id);

-- ── media: batches and their items ──────────────────────────────────────────────────────────────

create sequence trans_id_seq start 1000;

create table batches (
  id              uuid primary key default gen_random_uuid(),
  dataset_id      uuid not null references datasets on delete cascade,
  created_by      uuid references users on delete set null,
  -- open: files still arrive (ingestion transaction); accepted: work is queued; listed: its items are rows;
  -- processed: every item is measured or failed; evaluated: points and alerts are committed.
  state           text not null default 'open'
                  check (state in ('open', 'accepted', 'listed', 'processed', 'evaluated')),
  trans_id        bigint unique,                       -- only for the ingestion flow
  idempotency_key text,
  auto_reindex    boolean not null default false,
  accepted_seq    bigint,                              -- drawn from datasets.last_event_seq
  created_at      timestamptz not null default clock_timestamp(),
  accepted_at     timestamptz,
  evaluated_at    timestamptz,
  unique (dataset_id, created_by, idempotency_key)
);
create index batches_dataset on batches (dataset_id, accepted_seq);

-- What the client sent, as it was sent: pictures, archives, annotation files.
create table uploads (
  batch_id    uuid not null references batches on delete cascade,
  ordinal     integer not null,
  file_name   text not null,                           -- a relative path, sanitised
  bytes       bigint not null,
  storage_key text,                                    -- null: it was not taken, and `refusal` says why
  refusal     text,
  primary key (batch_id, ordinal),
  check ((storage_key is null) = (refusal is not null))
);

-- Array to text is only "stable" because of exotic element types; for text[] it is immutable.
create function item_text(caption text, labels text[]) returns tsvector
  language sql immutable parallel safe
  return to_tsvector('english', coalesce(caption, '') || ' ' || array_to_string(labels, ' '));

create table items (
  id           uuid primary key default gen_random_uuid(),
  dataset_id   uuid not null references datasets on delete cascade,
  batch_id     uuid not null references batches on delete cascade,
  ordinal      integer not null,                       -- position within the batch, from 0
  kind         text not null check (kind in ('IMAGE', 'OBJECT', 'VIDEO_FRAME')),
  state        text not null default 'pending' check (state in ('pending', 'ready', 'failed')),
  failure      text,                                   -- one sentence, when failed
  parent_id    uuid references items on delete cascade,    -- the image of an object
  bounding_box double precision[],                     -- x, y, width, height in pixels of the image
  file_name    text not null,
  folder       text not null default '',               -- '' or 'a/b', without slashes at the ends
  storage_key  text,
  bytes        bigint,
  format       text,
  width        integer,
  height       integer,
  labels       text[] not null default '{}',
  caption      text,
  tag_ids      uuid[] not null default '{}',
  metadata     jsonb not null default '{}',
  blur         double precision,                       -- issue confidences, 0–1
  dark         double precision,
  bright       double precision,
  normal       double precision,
  created_at   timestamptz not null default clock_timestamp(),
  text_search  tsvector generated always as (item_text(caption, labels)) stored,
  unique (batch_id, ordinal)
);
create index items_dataset on items (dataset_id, kind, created_at desc, id);
create index items_pending on items (batch_id, ordinal) where state = 'pending';
create index items_parent on items (parent_id) where parent_id is not null;
create index items_text on items using gin (text_search);

create table tags (
  id         uuid primary key default gen_random_uuid(),
  dataset_id uuid not null references datasets on delete cascade,
  name       text not null,
  created_at timestamptz not null default clock_timestamp(),
  unique (dataset_id, name)
);

-- ── tasks ───────────────────────────────────────────────────────────────────────────────────────

create table tasks (
  id                  uuid primary key default gen_random_uuid(),
  dataset_id          uuid not null references datasets on delete cascade,
  batch_id            uuid references batches on delete cascade,
  created_by          uuid references users on delete set null,
  task_type           text not null
                      check (task_type in ('DATASET_CREATION', 'MEDIA_ADDITION', 'REINDEX', 'CUSTOM_METADATA')),
  status              text not null default 'PENDING'
                      check (status in ('PENDING', 'INITIALIZING', 'RUNNING', 'COMPLETED', 'FAILED', 'ABORTED')),
  status_message      text not null default '',
  progress_percentage double precision not null default 0,
  error_message       text,
  created_at          timestamptz not null default clock_timestamp(),
  start_time          timestamptz,
  end_time            timestamptz,
  abort_requested     boolean not null default false,
  attempts            integer not null default 0,
  status_before       text,                            -- the dataset's, to go back to when it fails or is aborted
  claimed_by          uuid,                            -- the worker which holds it …
  lease_until         timestamptz                      -- … until then, unless it renews
);
-- Documented: one operation at a time changes a dataset. The index settles races, not an `if`.
create unique index tasks_one_open on tasks (dataset_id)
  where status in ('PENDING', 'INITIALIZING', 'RUNNING');
create index tasks_dataset on tasks (dataset_id, created_at desc);
create index tasks_batch on tasks (batch_id);
create index tasks_open on tasks (created_at) where status in ('PENDING', 'INITIALIZING', 'RUNNING');

-- What went wrong with single items or rows, in plain words; the batch went on.
create table task_problems (
  task_id uuid not null references tasks on delete cascade,
  ordinal integer not null,
  subject text not null,                               -- a file name, or 'image_annotations.csv line 7'
  problem text not null,
  primary key (task_id, ordinal)
);

-- ── views ───────────────────────────────────────────────────────────────────────────────────────

create table views (
  id                    uuid primary key default gen_random_uuid(),
  dataset_id            uuid not null references datasets on delete cascade,
  name                  text not null,
  created_at            timestamptz not null default clock_timestamp(),
  created_by            uuid references users on delete set null,
  entity_type           text not null check (entity_type in ('IMAGES', 'OBJECTS', 'VIDEOS')),
  threshold             double precision not null default 0,
  caption               text,
  vql                   jsonb not null default '[]',
  monitoring_enabled    boolean not null default true,
  monitoring_started_at timestamptz not null default clock_timestamp(),
  monitored_from_seq    bigint not null,               -- a batch counts when its accepted_seq is greater
  alerting_enabled      boolean not null default true,
  n_images              bigint not null default -1,    -- -1 until the first evaluation
  n_objects             bigint not null default -1,
  n_video_frames        bigint not null default -1,
  total_results         bigint not null default 0,
  last_results          timestamptz,
  unique (dataset_id, name)
);
create index views_dataset on views (dataset_id, created_at desc, id desc);

-- ── monitoring ──────────────────────────────────────────────────────────────────────────────────

create table trend_points (
  view_id    uuid not null references views on delete cascade,
  batch_id   uuid not null references batches on delete cascade,
  "timestamp" timestamptz not null,
  count      bigint not null,
  cumulative bigint not null,
  primary key (view_id, batch_id)
);
create index trend_points_view on trend_points (view_id, "timestamp");
create index trend_points_batch on trend_points (batch_id);    -- for deleting a dataset

-- What an alert said when it was raised. It outlives its view, its batch and its dataset, so there are no foreign
-- keys to the first two; the dataset becomes null.
create table alerts (
  id              uuid primary key default gen_random_uuid(),
  view_id         uuid not null,
  batch_id        uuid not null,
  dataset_id      uuid references datasets on delete set null,
  view_name       text not null,
  dataset_name    text not null,
  result_count    bigint not null,
  entity_type     text not null,
  filters         jsonb not null,                      -- the view's filters as they were evaluated
  matched         integer[] not null,                  -- ordinals within the batch, ascending
  raised_at       timestamptz not null,
  unique (view_id, batch_id)
);

-- ── notifications ───────────────────────────────────────────────────────────────────────────────

-- This table is the log which streams follow. `seq` is drawn while the append lock is held
-- (src/notifications/append.ts), so that rows become visible in the order of their numbers.
create sequence notification_seq;
create table notifications (
  seq        bigint primary key default nextval('notification_seq'),
  id         uuid not null default gen_random_uuid(),
  user_id    uuid not null references users on delete cascade,
  alert_id   uuid not null references alerts on delete cascade,
  dataset_id uuid,                                     -- repeated from the alert for the indexes below
  created_at timestamptz not null,
  read_at    timestamptz,
  unique (alert_id, user_id)
);
create unique index notifications_id on notifications (id);
create index notifications_user on notifications (user_id, created_at desc, seq desc);
create index notifications_user_dataset on notifications (user_id, dataset_id, created_at desc, seq desc);
create index notifications_user_seq on notifications (user_id, seq);
create index notifications_unread on notifications (user_id, dataset_id) where read_at is null;
create index notifications_dataset on notifications (dataset_id);

-- Which history the numbers belong to. Restoring a backup begins a new epoch (`belfry restored`), because numbers that
-- were handed out after the backup will be handed out again.
create table log_epochs (
  position     integer generated always as identity primary key,
  epoch        text not null unique default substr(md5(gen_random_uuid()::text), 1, 8),
  base         bigint not null default 0,              -- numbers up to this one mean the same as in the epoch before
  forgotten_to bigint not null default 0               -- retention has deleted rows up to this number
);
insert into log_epochs default values;
