-- One machine under several names: a system may be merged into another one of its client, and split from it again. No fact is moved:
-- each stays with the name that its report gave, and the verdict of the system it is merged into takes all of them together.
set role holdfast_owner;

alter table app.system add column merged_into_id uuid,          -- null: it stands for itself
  add unique (msp_id, client_id, system_id),
  add foreign key (msp_id, client_id, merged_into_id) references app.system (msp_id, client_id, system_id),
  add check (merged_into_id <> system_id),
  add check (merged_into_id is null or archived_at is not null); -- it is in no list of its own
create index system_merged_into on app.system (msp_id, merged_into_id) where merged_into_id is not null;
create index system_archived on app.system (msp_id, client_id) where archived_at is not null; -- they end in a client's history

alter table app.inbox_decision add column into_system_id uuid,  -- of the verb 'merged' alone
  add foreign key (msp_id, into_system_id) references app.system (msp_id, system_id),
  drop constraint inbox_decision_verb_check,
  add constraint inbox_decision_verb_check check (verb in ('confirmed', 'ignored', 'merged')),
  add check ((verb = 'merged') = (into_system_id is not null)),
  add check (into_system_id is null or system_id is not null);

reset role;
