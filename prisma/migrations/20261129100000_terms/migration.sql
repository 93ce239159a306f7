-- Attestations, and what an inventory shows to lack a backup or a policy, as findings.
set role holdfast_owner;

alter table app.declaration drop constraint declaration_attribute_check;
alter table app.declaration add constraint declaration_attribute_check check (attribute in
  ('media', 'site', 'failure-domain', 'immutability', 'taken-out', 'brought-back', 'access', 'key-custody', 'off'));

-- A machine of an inventory has no data set, and may never have reported: then it is no system either.
alter table app.finding alter column system_id drop not null;
alter table app.finding alter column data_set_id drop not null;
alter table app.finding drop constraint finding_subject_kind_check;
alter table app.finding add constraint finding_subject_kind_check
  check (subject_kind in ('data-set', 'repository', 'job', 'agent', 'machine', 'system'));
alter table app.finding add constraint finding_of_data_set_or_coverage
  check (case when subject_kind in ('machine', 'system') then data_set_id is null
    else data_set_id is not null and system_id is not null end);
create unique index finding_open_of_coverage on app.finding (msp_id, client_id, rule, subject_id)
  where closed_at is null and data_set_id is null;

-- When the coverage of a client that has, or had, an inventory is looked at again; null: it never had one.
alter table app.client add column coverage_due_at timestamptz;
create index client_coverage_due on app.client (msp_id, coverage_due_at) where coverage_due_at is not null;
grant update (coverage_due_at) on app.client to holdfast_worker;

-- Inventories that are there are looked at with the next work. The owner of a table sees its rows only where row security is not forced.
alter table app.client no force row level security;
alter table app.inventory_import no force row level security;
update app.client c set coverage_due_at = now()
  where exists (select from app.inventory_import i where i.msp_id = c.msp_id and i.client_id = c.client_id and i.undone_at is null);
insert into app.work_due (msp_id, kind, due_at)
  select distinct msp_id, 'evaluation', now() from app.client where coverage_due_at is not null
  on conflict (msp_id, kind) do update set due_at = least(app.work_due.due_at, excluded.due_at);
alter table app.client force row level security;
alter table app.inventory_import force row level security;
reset role;
