-- Who fills a metadata field: the request that began at `filling_from`, until `filling_until` unless it says that it goes on.
alter table metadata_fields
  add column filling_from  timestamptz,
  add column filling_until timestamptz;
