// Preloaded into every process of the system. When the supervisor goes, even by SIGKILL, the channel to it closes: leave.
// Children of ours inherit the preload; their channel is somebody else's.
const PATIENCE_MS = 8_000;

if (process.channel && process.env.HOLDFAST_SUPERVISOR === String(process.ppid)) {
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  process.channel.unref();
}
