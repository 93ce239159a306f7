import { expect, test } from 'vitest';
import { loadConfig } from '../config';
import { AppError } from '../errors';
import { checkOrigin } from './origin';

const https = loadConfig({ APP_ORIGIN: 'https://backup.quillmark.example', HOLDFAST_DEMO: 'off' }).appOrigin;
const local = loadConfig({ HOLDFAST_WEB_PORT: '3000' }).appOrigin;

test.each([
  [https, 'https://backup.quillmark.example', 'anything.example', true],
  [https, null, 'backup.quillmark.example', false],
  [https, 'null', 'backup.quillmark.example', false],
  [https, 'http://backup.quillmark.example', 'backup.quillmark.example', false],
  [https, 'https://evil.example', 'backup.quillmark.example', false],
  [https, 'https://x.backup.quillmark.example', 'backup.quillmark.example', false],
  [https, 'https://quillmark.example', 'backup.quillmark.example', false],
  [https, 'https://backup.quillmark.example:8443', 'backup.quillmark.example', false],
  [https, 'https://backup.quillmark.example.evil.example', 'backup.quillmark.example', false],
  [https, 'http://localhost', 'backup.quillmark.example', false],
  [local, 'http://127.0.0.1:3000', '127.0.0.1:3000', true],
  [local, 'http://localhost:3000', 'localhost:3000', true],
  [local, 'http://127.0.0.1:3000', 'rebound.evil.example:3000', false],
  [local, 'http://127.0.0.1:3001', '127.0.0.1:3000', false],
  [local, 'https://127.0.0.1:3000', '127.0.0.1:3000', false],
  [local, 'http://evil.example:3000', '127.0.0.1:3000', false],
  [local, 'null', '127.0.0.1:3000', false],
  [local, null, '127.0.0.1:3000', false],
  [local, 'not an origin', '127.0.0.1:3000', false],
])('at %s a change from %s to host %s passes: %s', (appOrigin, origin, host, passes) => {
  const headers = new Headers({ ...(origin === null ? {} : { origin }), host });
  expect(complaint(headers, appOrigin)).toBe(passes ? null : 'origin-refused');
});

function complaint(headers: Headers, appOrigin: string): string | null {
  try {
    checkOrigin(headers, appOrigin);
    return null;
  } catch (error) {
    return error instanceof AppError ? error.code : 'broken';
  }
}
