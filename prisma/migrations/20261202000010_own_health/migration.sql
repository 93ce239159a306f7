-- What the worker measured of the installation last, for the health page: instants and states, no count of what any MSP has.
set role holdfast_owner;

create table app.own_health (
  health_id smallint primary key default 1 check (health_id = 1),
  measured_at timestamptz not null,
  facts jsonb not null                                   -- domain/health/own-facts.ts, without figures
);

grant select, insert, update on app.own_health to holdfast_worker;
grant select on app.own_health to holdfast_web;
reset role;
