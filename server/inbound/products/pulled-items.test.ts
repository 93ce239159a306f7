import { expect, test } from 'vitest';
import { proxmoxTask } from './proxmox-task';
import { veeamSession } from './veeam-session';

const TASK = {
  upid: 'UPID:pbs1:000002C8:0000A5D3:00000007:69B2A4C0:backup:store1:root@pam:',
  worker_type: 'backup',
  worker_id: 'store1:vm/100',
  starttime: 1_773_315_264,
  endtime: 1_773_315_391,
};
const SESSION = {
  id: 's1',
  name: 'Nightly VMs',
  sessionType: 'BackupJob',
  creationTime: '2026-03-12T02:00:03Z',
  endTime: '2026-03-12T02:14:40Z',
  state: 'Stopped',
};
const ended = (result: string, said: object = {}) => ({
  result,
  message: 'said so',
  isCanceled: false,
  ...said,
});
const taskSays = (said: object) => proxmoxTask.parse({ ...TASK, ...said })?.map(({ status }) => status);
const sessionSays = (said: object) =>
  veeamSession.parse({ ...SESSION, ...said })?.map(({ status }) => status);

test.each([
  ['OK', 'success'],
  ['WARNINGS: 3', 'warning'],
  ['WARNINGS: ', 'failed'],
  ['OK but not quite', 'failed'],
  ['ok', 'failed'],
  ['connection error: timed out', 'failed'],
  ['unknown', null],
  ['', null],
])('a task that ended with %j is %s', (status, expected) => {
  expect(taskSays({ status })).toEqual([expected]);
});

test('a task that has not ended says nothing, and one of consoles tells of no run', () => {
  expect(taskSays({ endtime: undefined, status: 'OK' })).toEqual([null]);
  expect(taskSays({ worker_type: 'termproxy', status: 'OK' })).toEqual([]);
  expect(proxmoxTask.parse({ status: 'OK', worker_type: 'backup' })).toBeNull();
});

test.each([
  ['a success whose machines nobody knows', { result: ended('Success') }, 'success'],
  ['a success of no machine', { result: ended('Success'), taskSessions: [] }, null],
  [
    'a success with a machine that failed',
    { result: ended('Success'), taskSessions: [{ name: 'a', result: ended('Failed') }] },
    'failed',
  ],
  [
    'a success with a machine of which nothing is known',
    { result: ended('Success'), taskSessions: [{ name: 'a' }] },
    null,
  ],
  [
    'a warning with good machines',
    { result: ended('Warning'), taskSessions: [{ name: 'a', result: ended('Success') }] },
    'warning',
  ],
  ['no result', { result: ended('None') }, null],
  ['no result at all', {}, null],
  ['another word', { result: ended('Succeeded') }, null],
  ['a success that somebody stopped', { result: ended('Success', { isCanceled: true }) }, 'failed'],
  ['one that still works', { state: 'Working', result: ended('Success') }, null],
])('a session with %s is %s', (_, said, expected) => {
  expect(sessionSays({ ...said })).toEqual([expected]);
});

test('a session that makes no copies tells of no run', () => {
  expect(sessionSays({ sessionType: 'ConfigurationBackup', result: ended('Success') })).toEqual([]);
});
