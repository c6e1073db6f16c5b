// nchan, the pub/sub module of nginx, with its own workers in a temporary folder. It is published to as it is made for:
// a POST for each message, pipelined on one connection that is kept.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../support/load.ts'
import { freePort } from '../support/server-process.ts'
import { notificationJson, pingMs } from './event.ts'
import { type Audience, getRequest, type Rival } from './rival.ts'

export function nchan(folder: string, workers: number) {
  const [module] = globSync('/usr/lib*/nginx/modules/ngx_nchan_module.so')
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    if (!module) throw new Error('ngx_nchan_module.so is missing')
  } catch (cause) {
    throw new Error(
      'This benchmark compares with nchan. On Debian: apt-get install -y nginx libnginx-mod-nchan',
      { cause },
    )
  }
  return {
    name: workers === 1 ? 'nchan' : `nchan, ${workers} workers`,
    start: () => start(folder, module, workers),
  } satisfies Rival
}

async function start(parent: string, module: string, workers: number) {
  const folder = await mkdtemp(join(parent, 'nginx-'))
  const port = await freePort()
  const configFile = join(folder, 'nginx.conf')
  await writeFile(configFile, configuration({ folder, module, workers, port }))
  const master = spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', configFile], {
    stdio: 'inherit',
  })
  const exited = once(master, 'exit')
  const kill = () => master.kill()
  process.once('exit', kill)
  const publisher = await connected(port)

  return {
    port,
    pids: [master.pid!, ...(await childrenOf(master.pid!, workers))],
    requests: (audience: Audience, streams: number) =>
      Array.from({ length: streams }, (_, i) =>
        getRequest(`/follow?channel=${audience === 'same' ? 'all' : i}`),
      ),
    async publish(audience: Audience, streams: number, events: number) {
      const channels = audience === 'same' ? ['all'] : Array.from({ length: streams }, (_, i) => `${i}`)
      const posts = channels.map(channel => post(channel, notificationJson).repeat(events)).join('')
      const begun = monotonicMs()
      publisher.write(posts)
      return begun
    },
    /** Publishes one text to everybody. */
    send: (json: string) => void publisher.write(post('all', json)),
    async stop() {
      publisher.destroy()
      master.kill()
      await exited
      process.off('exit', kill)
    },
  }
}

const post = (channel: string, json: string): string =>
  [
    `POST /publish?channel=${channel} HTTP/1.1`,
    'Host: localhost',
    'X-EventSource-Event: notification',
    `Content-Length: ${Buffer.byteLength(json)}`,
    `\r\n${json}`,
  ].join('\r\n')

async function connected(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    try {
      await once(socket, 'connect')
      socket.on('data', answers => {
        // nchan says 201 when somebody follows the channel.
        if (answers.includes('HTTP/1.1 4') || answers.includes('HTTP/1.1 5'))
          throw new Error(`nchan: ${answers.toString().slice(0, 200)}`)
      })
      socket.on('error', () => {})
      return socket
    } catch {
      await sleep(20)
    }
  }
}

async function childrenOf(pid: number, count: number): Promise<number[]> {
  for (;;) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
    const pids = children.trim().split(' ').filter(Boolean).map(Number)
    if (pids.length >= count) return pids
    await sleep(20)
  }
}

/**
 * More connections than files it may open: nginx drops waiting clients once a sixteenth of its connections is left.
 * It keeps as many messages of a channel as Belfry reads at once, and pings as Belfry does.
 */
const configuration = (at: { folder: string; module: string; workers: number; port: number }): string => `
load_module ${at.module};
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes ${at.workers};
pid ${at.folder}/nginx.pid;
error_log ${at.folder}/error.log;
events { worker_connections 65536; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  client_body_temp_path ${at.folder}/body;
  proxy_temp_path ${at.folder}/proxy;
  fastcgi_temp_path ${at.folder}/fastcgi;
  uwsgi_temp_path ${at.folder}/uwsgi;
  scgi_temp_path ${at.folder}/scgi;
  nchan_shared_memory_size 1024m;
  nchan_message_buffer_length 200;
  nchan_message_timeout 1h;
  server {
    listen 127.0.0.1:${at.port} backlog=4096;
    location = /publish { nchan_publisher http; nchan_channel_id $arg_channel; }
    location = /follow {
      nchan_subscriber eventsource;
      nchan_channel_id $arg_channel;
      nchan_subscriber_first_message newest;
      nchan_eventsource_ping_interval ${pingMs / 1000};
      nchan_eventsource_ping_event ping;
      nchan_eventsource_ping_data "{}";
    }
  }
}
`
