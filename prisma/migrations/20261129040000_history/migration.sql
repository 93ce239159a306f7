-- A day of a system's history asks for what was opened or closed on it, long after it was closed.
set role holdfast_owner;

create index finding_by_system on app.finding (msp_id, system_id, opened_at, client_id);

reset role;
