-- The alerts of a batch, for the timeline of its dataset.
create index alerts_batch on alerts (batch_id);

-- Pages show tags by name.
create trigger tags_changed after insert or delete on tags for each row execute function announce_change('dataset_id');
