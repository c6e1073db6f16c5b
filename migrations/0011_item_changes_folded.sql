-- A row may stand for many changes, so that those of a batch can be folded into one (src/media/fold-changes.ts). The
-- version of a batch is their sum.
alter table item_changes add column changes integer not null default 1;
