-- Of which system a channel tells is somebody's word, and may be corrected.
set role holdfast_owner;
grant update (hostname) on app.agent to holdfast_web;
reset role;
