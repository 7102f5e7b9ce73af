/// What the page of a graph adds when scripts may run: moving about, search, and what hangs together.
///
/// It reads the page it is in and makes no markup of text, so no name can become code.
enum GraphScript {
  /// The part of the picture that is seen, and a small map of the whole.
  static let view: StaticString = #"""
    (function(){'use strict';
    const byId=i=>document.getElementById(i),svg=byId('graph'),canvas=byId('canvas'),map=byId('map');
    const nodes=[...svg.querySelectorAll('.n')],items=[...document.querySelectorAll('.item')];
    const curves=[...svg.querySelectorAll(':scope > .e')],whole=svg.viewBox.baseVal;
    const all={x:whole.x,y:whole.y,w:whole.width,h:whole.height};
    const boxes=nodes.map(n=>{const t=n.transform.baseVal[0].matrix,b=n.querySelector('.b').getBBox();
      return{x:t.e,y:t.f,w:b.width,h:b.height};});
    let k=1,x=0,y=0;
    const size=()=>({w:canvas.clientWidth,h:canvas.clientHeight});
    function fitScale(){const s=size();return Math.min(s.w/all.w,s.h/all.h);}
    function show(){
      const s=size();
      const room=(from,length,seen)=>v=>seen>=length?from-(seen-length)/2:
        Math.min(Math.max(v,from-seen*.4),from+length-seen*.6);
      x=room(all.x,all.w,s.w/k)(x);y=room(all.y,all.h,s.h/k)(y);
      svg.setAttribute('viewBox',`${x} ${y} ${s.w/k} ${s.h/k}`);
      svg.classList.toggle('far',k<.38);drawMap();
    }
    function zoom(factor,px,py){
      const s=size(),next=Math.min(Math.max(k*factor,Math.min(fitScale(),1)),3);
      if(px===undefined){px=s.w/2;py=s.h/2;}
      x+=px/k-px/next;y+=py/k-py/next;k=next;show();
    }
    function fit(){k=Math.min(fitScale(),1.4);x=all.x;y=all.y;show();}
    function centre(i,scale){
      const b=boxes[i],s=size();k=scale||Math.max(k,.8);
      x=b.x+b.w/2-s.w/k/2;y=b.y+b.h/2-s.h/k/2;show();
    }
    function drawMap(){
      const s=size();map.hidden=s.w/k>=all.w*.98&&s.h/k>=all.h*.98;
      if(map.hidden)return;
      const w=map.width,h=map.height,c=map.getContext('2d'),f=Math.min(w/all.w,h/all.h);
      const left=(w-all.w*f)/2,top=(h-all.h*f)/2;
      if(!map.image){
        map.image=document.createElement('canvas');map.image.width=w;map.image.height=h;
        const i=map.image.getContext('2d');
        nodes.forEach((n,j)=>{const b=boxes[j];i.fillStyle=getComputedStyle(n.querySelector('.b')).stroke;
          i.fillRect(left+(b.x-all.x)*f,top+(b.y-all.y)*f,Math.max(b.w*f,1),Math.max(b.h*f,1));});
      }
      c.clearRect(0,0,w,h);c.drawImage(map.image,0,0);
      c.strokeStyle=getComputedStyle(document.body).color;c.lineWidth=2;
      c.strokeRect(left+(x-all.x)*f,top+(y-all.y)*f,s.w/k*f,s.h/k*f);
      map.go=e=>{const r=map.getBoundingClientRect(),q=size();
        x=((e.clientX-r.left)*w/r.width-left)/f+all.x-q.w/k/2;
        y=((e.clientY-r.top)*h/r.height-top)/f+all.y-q.h/k/2;show();};
    }
    map.addEventListener('pointerdown',e=>{map.setPointerCapture(e.pointerId);map.go(e);});
    map.addEventListener('pointermove',e=>{if(e.buttons)map.go(e);});
    canvas.addEventListener('wheel',e=>{
      e.preventDefault();const r=canvas.getBoundingClientRect();
      zoom(Math.exp(-e.deltaY*(e.deltaMode?.05:.0016)),e.clientX-r.left,e.clientY-r.top);
    },{passive:false});
    const held=new Map();let moved=0;
    canvas.addEventListener('pointerdown',e=>{
      if(e.button)return;
      held.set(e.pointerId,{x:e.clientX,y:e.clientY});moved=0;});
    canvas.addEventListener('pointermove',e=>{
      const p=held.get(e.pointerId);if(!p)return;
      const before=[...held.values()].map(q=>({...q}));
      const dx=e.clientX-p.x,dy=e.clientY-p.y;
      moved+=Math.abs(dx)+Math.abs(dy);
      if(moved<5&&held.size===1)return;
      if(!canvas.hasPointerCapture(e.pointerId)){canvas.setPointerCapture(e.pointerId);
        canvas.classList.add('held');}
      p.x=e.clientX;p.y=e.clientY;
      if(held.size===2){
        const after=[...held.values()],far=q=>Math.hypot(q[0].x-q[1].x,q[0].y-q[1].y)||1;
        const r=canvas.getBoundingClientRect();
        zoom(far(after)/far(before),(after[0].x+after[1].x)/2-r.left,(after[0].y+after[1].y)/2-r.top);
      }
      x-=dx/k/held.size;y-=dy/k/held.size;show();
    });
    const release=e=>{held.delete(e.pointerId);if(!held.size)canvas.classList.remove('held');};
    canvas.addEventListener('pointerup',release);canvas.addEventListener('pointercancel',release);
    canvas.addEventListener('dragstart',e=>e.preventDefault());
    canvas.addEventListener('keydown',e=>{
      const step=60/k,keys={ArrowLeft:[-step,0],ArrowRight:[step,0],ArrowUp:[0,-step],ArrowDown:[0,step]};
      if(e.ctrlKey||e.metaKey||e.altKey)return;
      if(keys[e.key]){x+=keys[e.key][0];y+=keys[e.key][1];show();}
      else if(e.key==='+'||e.key==='=')zoom(1.25);
      else if(e.key==='-')zoom(.8);
      else if(e.key==='0')fit();
      else if(e.key==='1')zoom(1/k);
      else return;
      e.preventDefault();
    });
    byId('in').onclick=()=>zoom(1.4);byId('out').onclick=()=>zoom(1/1.4);
    byId('fit').onclick=fit;byId('full').onclick=()=>zoom(1/k);

    """#

  /// Choosing a node, and what it was made of and what was made of it.
  static let selection: StaticString = #"""
    const numbers=JSON.parse(byId('edges').textContent),after=nodes.map(()=>[]),before=nodes.map(()=>[]);
    for(let i=0;i<numbers.length;i+=5){after[numbers[i]].push(i);before[numbers[i+1]].push(i);}
    let picked=-1;
    function reach(start,lists,end){
      const seen=new Set([start]),queue=[start],used=[];
      while(queue.length){
        for(const e of lists[queue.pop()]){
          used.push(e);const n=numbers[e+end];
          if(!seen.has(n)){seen.add(n);queue.push(n);}
        }
      }
      return{seen,used};
    }
    function clear(){
      picked=-1;svg.classList.remove('picked');
      svg.querySelectorAll('.on,.pick').forEach(n=>n.classList.remove('on','pick'));
    }
    function pick(i,options){
      clear();picked=i;
      for(const part of[reach(i,after,1),reach(i,before,0)]){
        part.seen.forEach(n=>nodes[n].classList.add('on'));
        for(const e of part.used){
          curves[numbers[e+4]].classList.add('on');
          for(let t=0;t<numbers[e+3];t++)curves[numbers[e+2]+t].classList.add('on');
        }
      }
      nodes[i].classList.add('pick');svg.classList.add('picked');
      const item=items[i];
      if(item.hidden){byId('q').value='';search();}
      if(!options.leave)item.open=true;
      if(options.list)item.scrollIntoView({block:'nearest'});
      if(options.picture)centre(i);
    }
    svg.addEventListener('click',e=>{
      const link=e.target.closest('a');
      if(moved>=5){e.preventDefault();return;}
      if(!link){clear();return;}
      e.preventDefault();
      pick(nodes.indexOf(link.querySelector('.n')),{list:true});
    });
    document.querySelector('.panel').addEventListener('click',e=>{
      const link=e.target.closest('a[href^="#d"]'),line=e.target.closest('summary');
      if(link){e.preventDefault();pick(Number(link.hash.slice(2)),{list:true,picture:true});}
      else if(line&&!line.parentNode.open)pick(items.indexOf(line.parentNode),{picture:true,leave:true});
    });
    document.addEventListener('keydown',e=>{if(e.key==='Escape')clear();});

    """#

  /// Search, and what is seen first: all of a small graph, or what was asked for in a large one.
  static let start: StaticString = #"""
    // What a node is called and what is known of it, and not the names of its neighbours.
    const words=items.map(i=>[...i.querySelectorAll('summary,dd:not(.near)')]
      .map(e=>e.textContent).join(' ').toLowerCase());
    let hits=[],next=0;
    function search(){
      const wanted=byId('q').value.toLowerCase().split(/\s+/).filter(Boolean);
      hits=[];next=0;
      items.forEach((item,i)=>{
        const isHit=wanted.every(w=>words[i].includes(w));
        item.hidden=!isHit;nodes[i].classList.toggle('hit',isHit&&wanted.length>0);
        if(isHit)hits.push(i);
      });
      byId('hits').textContent=wanted.length?`${hits.length} of ${items.length}`:'';
      byId('none').hidden=hits.length>0||!items.length;
    }
    let timer=0;
    byId('q').addEventListener('input',()=>{clearTimeout(timer);timer=setTimeout(search,80);});
    byId('q').addEventListener('keydown',e=>{
      if(e.key!=='Enter'||!byId('q').value)return;
      clearTimeout(timer);if(e.shiftKey)next+=hits.length-2;else if(!hits.length)search();
      if(hits.length){pick(hits[next%hits.length],{picture:true});next=(next+1)%hits.length;}
    });
    document.documentElement.classList.add('js');
    byId('tools').hidden=byId('find').hidden=false;
    function begin(){
      const first=['.focus','.failed','.n'].map(s=>svg.querySelector('.n'+(s==='.n'?'':s)))
        .find(Boolean);
      const hash=/^#d(\d+)$/.exec(location.hash);
      if(hash&&nodes[hash[1]])pick(Number(hash[1]),{list:true,picture:true});
      if(fitScale()>=.55||!first)fit();
      else centre(hash&&nodes[hash[1]]?Number(hash[1]):nodes.indexOf(first),1);
    }
    begin();
    addEventListener('hashchange',()=>{const h=/^#d(\d+)$/.exec(location.hash);
      if(h&&nodes[h[1]])pick(Number(h[1]),{list:true,picture:true});});
    new ResizeObserver(show).observe(canvas);
    matchMedia('(prefers-color-scheme:dark)').addEventListener('change',()=>{map.image=null;show();});
    addEventListener('beforeprint',()=>{clear();
      svg.setAttribute('viewBox',`${all.x} ${all.y} ${all.w} ${all.h}`);
      if(items.length<=200)items.forEach(i=>{i.open=true;});});
    addEventListener('afterprint',show);
    })();

    """#
}
