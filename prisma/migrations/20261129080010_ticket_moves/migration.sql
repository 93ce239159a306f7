-- A ticket that was taken back and is closed begins anew in another ticket system.
set role holdfast_owner;
grant update (stands, ticket_id, ticket_url, open_tried_at) on app.ticket to holdfast_web;
reset role;
