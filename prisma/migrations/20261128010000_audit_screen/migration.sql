-- The log is looked through by what happened and by who did it, newest first.
set role audit_owner;
create index event_by_subject on audit.event (msp_id, split_part(action, '.', 1), seq desc);
create index event_by_actor on audit.event (msp_id, actor_id, seq desc) where actor_id is not null;
reset role;
