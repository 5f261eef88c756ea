import { useLayoutEffect, useState, type RefObject } from 'react'

/** How large an element is inside, and how large a letter in it. */
export interface Size {
  width: number
  height: number
  letter: number
  line: number
}

export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0, letter: 7.8, line: 20 })
  useLayoutEffect(() => {
    const at = element.current
    if (!at) return
    const measure = () => {
      const probe = document.createElement('span')
      probe.textContent = 'x'.repeat(100)
      probe.className = 'kore-log-probe'
      at.append(probe)
      const letter = probe.getBoundingClientRect().width / 100
      probe.remove()
      const line = Math.round(parseFloat(getComputedStyle(at).lineHeight)) || 20
      setSize({ width: at.clientWidth, height: at.clientHeight, letter: letter || 7.8, line })
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(at)
    return () => observer.disconnect()
  }, [element])
  return size
}
