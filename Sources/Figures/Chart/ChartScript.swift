/// What the page of charts adds when scripts may run: numbers where the pointer is.
///
/// Names come from the page and are set as text, so none can become code.
enum ChartScript {
  static let script: StaticString = #"""
    (function(){'use strict';
    const ns='http://www.w3.org/2000/svg';
    const words=v=>String(+v.toPrecision(6));
    function axis(text){
      const[lower,upper,start,end,log]=text.split(' ').map(Number);
      return v=>start+((log?Math.log10(v):v)-lower)/(upper-lower)*(end-start);
    }
    document.querySelectorAll('figure').forEach(figure=>{
      const svg=figure.querySelector('.chart'),tip=figure.querySelector('.tip');
      function place(px,py){
        tip.hidden=false;
        const f=figure.getBoundingClientRect(),w=tip.offsetWidth,h=tip.offsetHeight;
        let x=px-f.left+16,y=py-f.top-h/2;
        if(x+w>f.width-4)x=px-f.left-w-16;
        tip.style.left=Math.min(Math.max(4,x),Math.max(4,f.width-w-4))+'px';
        tip.style.top=Math.max(4,Math.min(y,f.height-h-4))+'px';
      }
      function line(style,name,value){
        const row=document.createElement('div');
        if(style){const i=document.createElement('i');i.className=style;row.append(i);}
        const n=document.createElement('span');n.textContent=name;row.append(n);
        if(value!==undefined){const b=document.createElement('b');b.textContent=value;row.append(b);}
        return row;
      }
      svg.querySelectorAll('.at').forEach(mark=>{
        const title=mark.querySelector('title');if(!title)return;
        const text=title.textContent;title.remove();mark.setAttribute('aria-label',text);
        const on=e=>{tip.replaceChildren(line('',text));place(e.clientX,e.clientY);};
        mark.addEventListener('pointermove',on);mark.addEventListener('pointerdown',on);
        mark.addEventListener('pointerleave',()=>{tip.hidden=true;});
      });
      if(!svg.dataset.x)return;
      const toX=axis(svg.dataset.x),toY=axis(svg.dataset.y);
      const series=[...svg.querySelectorAll('[data-p]')].map(g=>({
        style:g.classList[1],name:g.querySelector('title').textContent,
        line:!!g.querySelector('.ln'),
        points:g.dataset.p.split(' ').filter(Boolean).map(p=>{const[x,y]=p.split(',').map(Number);
          return{x,y,px:toX(x),py:toY(y)};})})).filter(s=>s.points.length);
      if(!series.length)return;
      svg.querySelectorAll('.s>title').forEach(t=>t.remove());
      const layer=document.createElementNS(ns,'g');svg.append(layer);
      function draw(name,attributes){
        const e=document.createElementNS(ns,name);
        for(const a in attributes)e.setAttribute(a,attributes[a]);
        layer.append(e);
      }
      const[bottom,top]=svg.dataset.y.split(' ').slice(2,4).map(Number);
      function closest(points,px,py){
        let best=points[0],far=Infinity;
        for(const p of points){
          const d=Math.abs(p.px-px)+(py===undefined?0:Math.abs(p.py-py));
          if(d<far){far=d;best=p;}
        }
        return{point:best,far};
      }
      function show(px,py){
        const isLine=series.some(s=>s.line);
        let found=series.map(s=>({s,...closest(s.points,px,isLine?undefined:py)}));
        const near=found.reduce((a,b)=>b.far<a.far?b:a);
        // Only what is as close as the closest: other series may have ended long before.
        found=isLine?found.filter(f=>Math.abs(f.point.px-near.point.px)<6):[near];
        layer.replaceChildren();
        if(isLine)draw('path',{class:'guide',d:`M${near.point.px} ${top}V${bottom}`});
        for(const f of found)
          draw('circle',{class:'spot '+f.s.style,cx:f.point.px,cy:f.point.py,r:4.5});
        found.sort((a,b)=>a.point.py-b.point.py);
        const more=found.length-12;
        tip.replaceChildren(line('',`${svg.dataset.n} ${words(near.point.x)}`),
          ...found.slice(0,12).map(f=>line(f.s.style,f.s.name,words(f.point.y))),
          ...(more>0?[line('',`and ${more} more`)]:[]));
        const c=svg.getScreenCTM(),y=isLine?(py===undefined?(top+bottom)/2:py):near.point.py;
        place(near.point.px*c.a+c.e,y*c.d+c.f);
        return near.point;
      }
      function hide(){layer.replaceChildren();tip.hidden=true;}
      const move=e=>{
        const c=svg.getScreenCTM(),px=(e.clientX-c.e)/c.a,py=(e.clientY-c.f)/c.d;
        if(py>top-8&&py<bottom+30)show(px,py);else hide();
      };
      svg.addEventListener('pointermove',move);svg.addEventListener('pointerdown',move);
      svg.addEventListener('pointerleave',hide);svg.addEventListener('blur',hide);
      const places=[...new Set(series.flatMap(s=>s.points.map(p=>p.px)))].sort((a,b)=>a-b);
      let at=-1;
      svg.addEventListener('keydown',e=>{
        const step={ArrowLeft:-1,ArrowRight:1,PageUp:-10,PageDown:10}[e.key];
        if(e.key==='Escape')hide();
        if(!step)return;
        e.preventDefault();
        at=Math.min(Math.max(at+step,0),places.length-1);
        show(places[at]);
      });
    });
    })();

    """#
}
