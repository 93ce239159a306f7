-- The monthly report tells which risks wait for a decision.
set role holdfast_owner;
grant select on app.risk_decision to holdfast_worker;
reset role;
