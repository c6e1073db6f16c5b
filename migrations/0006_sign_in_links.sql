-- Links that sign their holder in, once. A used or expired one is deleted.
create table sign_in_links (
  token_hash bytea primary key,                        -- sha256 of what the link carries, so that a backup opens nothing
  user_id    uuid not null references users on delete cascade,
  expires_at timestamptz not null
);
create index sign_in_links_user on sign_in_links (user_id);
