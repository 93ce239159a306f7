-- What facts were before a report replaced them, so that a verdict can be reached again as of any instant since. Whole rows, since
-- which of their columns a rule looks at changes with the rules.
set role holdfast_owner;

create table app.past_fact (
  msp_id uuid not null references app.msp,
  kind text not null check (kind in ('system', 'repository', 'data-set', 'job', 'run', 'point')),
  fact_id uuid not null,
  replaced_at timestamptz not null,                      -- it held until then: when the report came that says otherwise
  client_id uuid,                                        -- null: the MSP's own
  was jsonb not null check (jsonb_typeof(was) = 'object'),
  primary key (msp_id, kind, fact_id, replaced_at),
  foreign key (msp_id, client_id) references app.client
);
alter table app.past_fact enable row level security;
alter table app.past_fact force row level security;
create policy tenant on app.past_fact using (msp_id = app.msp_id() and app.client_ok(client_id))
  with check (msp_id = app.msp_id() and app.client_ok(client_id));
grant select on app.past_fact to holdfast_web;
grant select, insert on app.past_fact to holdfast_worker;

-- Since when all of them are kept; null: from the MSP's beginning. Of those that are there already facts were replaced before.
alter table app.msp add column past_kept_since timestamptz default now();
alter table app.msp alter column past_kept_since drop default;
reset role;
