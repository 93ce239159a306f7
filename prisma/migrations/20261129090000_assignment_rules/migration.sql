-- Rules for newly seen systems: what is asked of one, which tags and which policy it gets, and where rules contradict each other.
set role holdfast_owner;

create table app.assignment_rule (
  msp_id uuid not null references app.msp,
  assignment_rule_id uuid not null,
  client_id uuid,                                        -- null, the MSP's own: who sees some clients only sees no rules
  name text not null check (length(name) between 1 and 100),
  conditions jsonb not null,                             -- domain/policy/assignment-rules.ts
  tags text[] not null,
  policy_id uuid,                                        -- null: it gives tags only
  version int not null check (version >= 1),
  created_at timestamptz not null,
  created_by uuid not null,
  disabled_at timestamptz,
  disabled_by uuid,
  removed_at timestamptz,
  removed_by uuid,
  primary key (msp_id, assignment_rule_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, policy_id) references app.policy,
  check ((disabled_at is null) = (disabled_by is null)),
  check ((removed_at is null) = (removed_by is null))
);
create unique index assignment_rule_name on app.assignment_rule (msp_id, lower(name)) where removed_at is null;
create index assignment_rule_by_policy on app.assignment_rule (msp_id, policy_id) where removed_at is null;

-- What a rule said at a time, and what somebody did to it: its history.
create table app.assignment_rule_change (
  msp_id uuid not null references app.msp,
  assignment_rule_id uuid not null,
  version int not null check (version >= 1),
  client_id uuid,                                        -- its rule's
  change text not null check (change in ('made', 'changed', 'disabled', 'enabled', 'removed', 'brought-back')),
  rule jsonb not null,                                   -- its name, conditions, tags and policy from then on
  changed_at timestamptz not null,
  changed_by uuid not null,
  primary key (msp_id, assignment_rule_id, version),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, assignment_rule_id) references app.assignment_rule
);

-- Which rules a system met when they were asked; matched_by null: when it was first seen.
create table app.assignment_rule_match (
  msp_id uuid not null references app.msp,
  assignment_rule_id uuid not null,
  system_id uuid not null,
  client_id uuid not null,
  reasons jsonb not null,
  matched_at timestamptz not null,
  matched_by uuid,
  primary key (msp_id, assignment_rule_id, system_id),
  foreign key (msp_id, assignment_rule_id) references app.assignment_rule,
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system
);
create index assignment_rule_match_of_system on app.assignment_rule_match (msp_id, system_id);

-- Rules that name different policies for one system: nothing was assigned, somebody has to say. chosen_policy_id null, though
-- decided: it keeps what it inherits.
create table app.assignment_conflict (
  msp_id uuid not null references app.msp,
  conflict_id uuid not null,
  client_id uuid not null,
  system_id uuid not null,
  claims jsonb not null,                                 -- which rule names which policy, with their names of then
  found_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text check (length(decided_by_name) between 1 and 200),
  chosen_policy_id uuid,
  assignment_id uuid,                                    -- what the decision assigned
  primary key (msp_id, conflict_id),
  foreign key (msp_id, client_id) references app.client,
  foreign key (msp_id, system_id) references app.system,
  foreign key (msp_id, chosen_policy_id) references app.policy,
  foreign key (msp_id, assignment_id) references app.policy_assignment,
  check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (decided_by_name is null)),
  check ((chosen_policy_id is null) = (assignment_id is null)),
  check (chosen_policy_id is null or decided_at is not null)
);
create unique index assignment_conflict_open on app.assignment_conflict (msp_id, system_id) where decided_at is null;
create index assignment_conflict_of_system on app.assignment_conflict (msp_id, system_id);

-- By which rule; the person beside it, if any, had it asked of systems that were there.
alter table app.policy_assignment add column assigned_by_rule_id uuid,
  add foreign key (msp_id, assigned_by_rule_id) references app.assignment_rule;
alter table app.system_tag add column added_by_rule_id uuid,
  add foreign key (msp_id, added_by_rule_id) references app.assignment_rule,
  alter column added_by drop not null,
  add check (added_by is not null or added_by_rule_id is not null);

do $$
declare t text;
begin
  foreach t in array array['assignment_rule', 'assignment_rule_change', 'assignment_rule_match', 'assignment_conflict'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy tenant on app.%I using (msp_id = app.msp_id() and app.client_ok(client_id))
      with check (msp_id = app.msp_id() and app.client_ok(client_id))', t);
  end loop;
end $$;
grant select on app.assignment_rule to holdfast_web, holdfast_worker;
grant insert, update (name, conditions, tags, policy_id, version, disabled_at, disabled_by, removed_at, removed_by)
  on app.assignment_rule to holdfast_web;
grant select, insert on app.assignment_rule_change to holdfast_web;
grant select, insert, update (reasons, matched_at, matched_by) on app.assignment_rule_match to holdfast_web, holdfast_worker;
grant select, insert, update (claims, found_at) on app.assignment_conflict to holdfast_web, holdfast_worker;
grant update (decided_at, decided_by, decided_by_name, chosen_policy_id, assignment_id) on app.assignment_conflict to holdfast_web;
grant update (ended_at, ended_by) on app.policy_assignment to holdfast_worker;
grant insert on app.system_tag to holdfast_worker;
reset role;
