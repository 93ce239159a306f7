-- The fleet in the same time whatever its size: what it reads of one client is found by the client.
set role holdfast_owner;

create index verdict_by_client on app.verdict (msp_id, client_id, status);
create index status_change_by_client on app.status_change (msp_id, client_id, at);

reset role;
