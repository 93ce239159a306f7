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

-- When the coverage of a client that has, or had, an inventory is looked at again.
create table app.coverage_due (
  msp_id uuid not null references app.msp,
  client_id uuid not null,
  due_at timestamptz not null,
  primary key (msp_id, client_id),
  foreign key (msp_id, client_id) references app.client
);
create index coverage_due_by_time on app.coverage_due (msp_id, due_at);

-- Inventories that are there are looked at with the next work. The owner of a table sees its rows only where row security is not forced.
alter table app.inventory_import no force row level security;
insert into app.coverage_due (msp_id, client_id, due_at)
  select distinct msp_id, client_id, now() from app.inventory_import where undone_at is null;
insert into app.work_due (msp_id, kind, due_at)
  select distinct msp_id, 'evaluation', now() from app.coverage_due
  on conflict (msp_id, kind) do update set due_at = least(app.work_due.due_at, excluded.due_at);
alter table app.inventory_import force row level security;

alter table app.coverage_due enable row level security;
alter table app.coverage_due force row level security;
create policy tenant on app.coverage_due using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select, insert, update (due_at) on app.coverage_due to holdfast_web, holdfast_worker;
reset role;
