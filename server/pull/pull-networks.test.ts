import { expect, test } from 'vitest';
import { isNetwork, pullReach } from './pull-networks';

test('without networks only the internet is reached', () => {
  const reach = pullReach([]);
  expect(reach('8.8.8.8')).toBe(true);
  for (const ip of [
    '10.0.0.1',
    '127.0.0.1',
    '192.168.1.1',
    '::1',
    '::ffff:10.0.0.1',
    'fe80::1',
    'no address',
  ])
    expect(reach(ip)).toBe(false);
});

test('a named network is reached, its neighbours are not', () => {
  const reach = pullReach(['10.20.0.0/16', 'fd12::/32']);
  expect(reach('10.20.3.4')).toBe(true);
  expect(reach('fd12::7')).toBe(true);
  expect(reach('10.21.0.1')).toBe(false);
  expect(reach('127.0.0.1')).toBe(false);
});

test('where clouds answer with their secrets nothing is reached, whatever was named', () => {
  const reach = pullReach(['0.0.0.0/0', '::/0']);
  expect(reach('10.0.0.1')).toBe(true);
  for (const ip of ['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', '168.63.129.16'])
    expect(reach(ip)).toBe(false);
});

test('a network is an address and how much of it counts', () => {
  for (const right of ['10.0.0.0/8', '10.1.2.3/32', 'fd12::/32', '::/0']) expect(isNetwork(right)).toBe(true);
  for (const wrong of [
    '10.0.0.0',
    '10.0.0.0/33',
    'example.com/8',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    'fe80::1%eth0/64',
    '',
  ])
    expect(isNetwork(wrong)).toBe(false);
});
