import { Hub, type Listener } from './hub'
import type { FromHub, ToHub } from './protocol'

const hub = new Hub()

self.addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]
  if (!port) return
  const listener: Listener = { send: (message: FromHub) => port.postMessage(message) }
  port.addEventListener('message', ({ data }: MessageEvent<ToHub>) => hub.receive(listener, data))
  port.start()
})
