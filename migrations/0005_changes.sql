-- Whatever changes a dataset, its members, tasks or views says so on commit, so that open pages can look again. Triggers,
-- because a statement that forgets to say so would leave a page wrong without a trace. The same dataset announced many
-- times in a transaction is heard once. A dataset that is deleted is announced to its members one by one (belfry_access).

create function announce_change() returns trigger language plpgsql as $$
declare
  changed jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
begin
  perform pg_notify('belfry_changed', changed ->> tg_argv[0]);
  return null;
end $$;

create trigger datasets_changed after insert or update on datasets
  for each row execute function announce_change('id');
create trigger members_changed after insert or update or delete on dataset_members
  for each row execute function announce_change('dataset_id');
-- Not the lease, which a worker renews all the time.
create trigger tasks_changed after insert or delete
  or update of status, status_message, progress_percentage, error_message on tasks
  for each row execute function announce_change('dataset_id');
-- Not the counters, which every batch moves for every view: the batch's task and dataset are announced with it.
create trigger views_changed after insert or delete or update of monitoring_enabled, alerting_enabled on views
  for each row execute function announce_change('dataset_id');
