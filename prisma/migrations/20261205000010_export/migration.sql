-- What an MSP owns leaves whole: the web process reads which monthly reports were made and sent, too.
set role holdfast_owner;
grant select on app.monthly_document, app.monthly_report to holdfast_web;
reset role;
