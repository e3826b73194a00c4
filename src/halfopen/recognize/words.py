"""The words that hold the sentences of a language together; made by `tools/trigrams/make.py`, not by hand."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "en": (
        "the of and to in a is that it was for on are with as be this at have from or by not but what all were when w"
        "e there can an your which their said if will each about how up out them then she many some so these would ot"
        "her into has more her two like him see time could no make than been its who now people my over did down only"
        " way find use may long very after words called just where most know get through back much before go good new"
        " write our used me man too any day same right look think also around another came come work must because doe"
        "s part even place well such here take why help put different away again off went old number great tell men s"
        "ay small every found still between name should home big give air line set own under read last never us left "
        "end along while might next sound below saw something thought both few those always show large often together"
        " asked house want please thank thanks hello"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er ha"
        "t dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur b"
        "is mehr durch man sein wurde wenn ich mir mich dir dich du wir uns ihr ihnen kann kannst können muss müssen "
        "soll sollen will möchte gibt hier da dann doch schon sehr wo was wer warum welche welcher welches diese dies"
        "er dieses jede jeder kein keine keinen mein meine meiner dein deine unser ihre seine damit gegen unter zwisc"
        "hen ohne während weil ob also etwas nichts immer wieder heute morgen gestern viel viele alle alles andere an"
        "deren bitte danke hallo gut ja nein wäre hätte würde könnte machen macht geht gehen kommt lange seit"
    ),
    "fr": (
        "de la le et les des en un une du que est pour qui dans a par plus pas au sur ne se ce il sont avec ou son ma"
        "is comme on tout nous sa fait été aussi leur bien peut ces y deux ses être cette ont elle ils je vous tu me "
        "te moi toi mon ma mes ton ta tes votre vos notre nos lui même sans sous entre après avant depuis pendant che"
        "z vers contre où quand comment pourquoi combien quel quelle quels quelles quoi dont si non oui très trop peu"
        " beaucoup encore toujours jamais déjà ici là alors donc car parce ainsi puis faire dois doit peux veux veut "
        "suis es sommes êtes avez avons ai avait était serait aux cela ça celui celle rien chaque autre autres quelqu"
        "e plusieurs merci bonjour salut petit grand aujourd'hui c'est d'un d'une l'on qu'il j'ai n'est s'il"
    ),
    "es": (
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin so"
        "bre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué"
        " sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora cada e vida"
        " otro después te otros aunque esa eso hace otra gobierno tan durante siempre día tanto ella tres sí dijo sid"
        "o gran país según menos mundo año antes estado quiero quiere puedo puedes tengo tienes tenemos estoy estás e"
        "stán usted ustedes nosotros ellos cómo cuándo cuánto cuánta cuál quién dónde hola gracias favor buenos buena"
        "s hacer hago debo debe tal mucho mucha muchos algo nada nunca aquí allí estos estas nuestro nuestra ver deci"
        "r ir voy va vamos"
    ),
    "it": (
        "di e il la che in a per un è una sono non si con del da le i come al dei più nel della alla lo gli anche ma "
        "ha se o su delle dal suo sua questo questa ci mi ti vi io tu lui lei noi voi loro mio mia tuo tua nostro vos"
        "tro essere fare stato era erano hanno abbiamo ho hai avere può posso puoi possono deve devo dobbiamo vuole v"
        "oglio vorrei quando dove perché chi cosa quale quali quanto quanta quanti molto molti poco tutto tutti tutta"
        " altro altri ogni sempre mai già ancora ora poi così dopo prima durante senza tra fra sotto sopra contro ver"
        "so fino agli alle dalla dalle sulla nella nelle negli col uno due tre anno anni tempo giorno bene grazie cia"
        "o buongiorno prego sì no qui lì quello quella quelli dire fatto va vado sia c'è l'ho dell'anno un'altra"
    ),
    "pt": (
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu su"
        "a ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter "
        "seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos elas havia s"
        "eja qual será nós tenho lhe deles essas esses pelas este fosse dele tu te vocês vos lhes meus minhas teu tua"
        " nosso nossa dela delas esta estes estas aquele aquela isto aquilo estou estamos pode posso podem deve devo "
        "quero quer fazer faz vou vai vamos onde porque porquê quanto quantos tudo todos nada algo sempre nunca aqui "
        "ali agora então ainda bem bom boa dia obrigado obrigada olá favor sim ver dizer são pessoas coisa anos tempo"
    ),
    "nl": (
        "de en van het een in is dat op te zijn met voor niet aan er die om dan zou of wat mijn men dit zo door over "
        "ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze u want nog zal me zij nu ge geen"
        " omdat iets worden toch al waren veel meer doen toen moet moeten ben zonder kan kunnen hun dus alles onder j"
        "a eens hier wie werd altijd doch wordt wezen ons zelf tegen na reeds wil kon niets uw iemand geweest andere "
        "ik jij hij wij jullie was had als maar waar waarom wanneer welke hoeveel heel erg goed graag even weer weet "
        "gaat gaan komt komen maken maakt zien leg kun kunt mag mogen zullen willen tussen sinds binnen tijdens vanda"
        "ag morgen gisteren bedankt hallo dank alstublieft nee iedereen elke ieder onze nieuwe grote kleine eerste tw"
        "ee jaar"
    ),
    "pl": (
        "i w na z się do nie to jest że o jak od po a dla za przez co ale tak są jego tylko już był oraz ich być może"
        " który która które którzy jej było czy także pod przy tego tym ten ta te tej tych jako gdy więc jeszcze gdzi"
        "e kiedy dlaczego kto ile jaki jaka jakie bardzo lub ze mnie mi ja ty on ona my wy oni go mu jemu nam nas wam"
        " was im mój moja moje twój twoja nasz wasz swój swoje będzie będą były byli mam masz ma mamy mają mogę możes"
        "z można trzeba chcę chce chciał chciałbym proszę dziękuję cześć dzień dobry dobrze tutaj tam teraz potem zaw"
        "sze nigdy nic coś ktoś wszystko wszyscy każdy inny inne dwa lat rok roku czas ludzie dużo mało więcej między"
        " bez przed nad ponieważ żeby aby jeśli też no niż robię zrobić mieć"
    ),
    "cs": (
        "a se v na je že o s z do i to k ve pro za by ale si po jako podle od jsou které který která nebo tak už jeho"
        " jen jsem když však ze při co byl bylo byla být má až také než tím před kde bude jejich jak této tomu mezi p"
        "roto může není ještě další tento tato toto více ho mu mě mi my vy oni on ona já ty nás nám vás vám jí jim ji"
        " můj moje tvůj náš váš svůj své jsme jste jsi mám máš máme máte mají mohu můžu můžete můžeš chci chce chtěl "
        "bych musí musím musíme kdo kdy proč kolik jaký jaká jaké velmi moc hodně málo dobře tady tam teď potom vždy "
        "nikdy nic něco někdo všechno všichni každý jiný dva roku rok let čas lidé prosím děkuji děkuju ahoj dobrý de"
        "n ano ne bez pod nad protože aby kdyby pokud dělat dělám"
    ),
    "sv": (
        "och i att det som en på är av för med den till inte har de om ett han men var jag sig från vi så kan när år "
        "säger hon under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra myc"
        "ket än här då sedan över bara in blir upp även vad få två vill ha många hur mer går sverige detta nya procen"
        "t skall hans utan sina något svenska allt första fick måste mellan blev bli dag någon några sitt stora varit"
        " dess din dina du er era mig dig oss dem vår mitt min mina ditt hennes deras denna dessa vem varför vilken v"
        "ilket vilka göra gör gjorde tycker tror vet kunna hej tack snälla god bra ja nej gärna aldrig alltid ofta id"
        "ag imorgon igår tid människor ingen inget litet liten förklara letar"
    ),
    "da": (
        "og i at det er en til på af den som med for de ikke der var han et har om vi min havde ham hun nu over da fr"
        "a du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind når være dog noget vill"
        "e jo deres efter ned skulle denne end dette mit også under have dig anden hende mine alt meget sit sine vor "
        "mod disse hvis din nogle hos blive mange ad bliver hendes været thi jer sådan jeg mig kan men så bare kun ud"
        "en mellem hvorfor hvem hvilken hvilket hvordan hvornår gøre gør siger ved gerne aldrig altid ofte måske mått"
        "e må fik får går kommer mere mest lidt godt god tak hej ja nej venligst hjælp hjælpen to år tid mennesker in"
        "gen intet nogen lige endnu stadig igen selvom fordi"
    ),
    "no": (
        "og i det på er som en til å han av for med at var de ikke den har jeg men et om vi hun seg fra du så kan når"
        " skal være sin ut opp vil hadde etter over mot bare dette da inn noe nå ham blir ble meg deg oss dem denne d"
        "isse hvor hva hvem hvorfor hvordan hvilken hvilke mye mange mer enn eller under ved hos mellom uten også sel"
        "v kom kommer gå går gjøre gjør gjorde si sier får fikk må måtte kunne skulle ville bli blitt vært min mitt m"
        "ine din ditt dine vår vårt våre deres hans hennes sitt sine noen ingen ingenting alt alle andre annet litt l"
        "iten lite stor god godt bra takk hei ja nei vær snill hjelp hjelpen gjerne aldri alltid ofte kanskje fordi s"
        "iden mens der her to år tid folk igjen fortsatt nytt første ser"
    ),
    "fi": (
        "ja on ei se että oli hän ovat mutta kun niin myös tai joka mitä kuin vain sen nyt ole jos voi minä sinä me t"
        "e he ne tämä tuo nämä mikä kuka missä milloin miksi miten kuinka paljon vähän hyvin enemmän vielä jo aina ko"
        "skaan usein ehkä sitten siis koska vaikka ennen jälkeen kanssa ilman kautta yli alle välillä minun sinun hän"
        "en meidän teidän heidän minua sinua häntä meitä minulla sinulla hänellä meillä minulle sinulle olen olet ole"
        "mme olette olisi olivat ollut olla voin voit voitte voivat pitää pitäisi täytyy haluan haluat haluaisin tehd"
        "ä teen tekee sanoi tulee menee kaikki kaikkea mikään kukaan joku jotain jonkin toinen muut uusi suuri pieni "
        "ensimmäinen kaksi vuosi vuotta aika päivä ihmiset kiitos hei moi huomenta hyvää hyvä kyllä täällä siellä täs"
        "sä siinä tänään huomenna eilen enkä eikä"
    ),
    "tr": (
        "ve bir bu da de için ile çok ne o daha olarak gibi olan en kadar ama sonra her var mı mi mu mü değil ki ben "
        "sen biz siz onlar şu ya veya ise diye bana sana ona bize size beni seni onu bizi sizi benim senin onun bizim"
        " sizin onların nasıl neden niçin nerede zaman kim hangi kaç şey iyi kötü büyük küçük yeni eski ilk iki üç yı"
        "l gün insan insanlar hiç bazı tüm bütün hep yine artık şimdi önce bugün yarın dün burada orada üzerinde altı"
        "nda içinde arasında karşı göre rağmen çünkü eğer olur oldu olduğu olması olacak olabilir yok evet hayır lütf"
        "en teşekkür ederim merhaba selam günaydın istiyorum istiyor yapmak yapıyor yapıyorum biliyor bilmiyorum gere"
        "kiyor lazım eder misin musun misiniz mısın ediyor etmek etti dedi geldi gitti hâlâ henüz biraz fazla az tane"
    ),
    "vi": (
        "và của là có được cho không trong một các với người những này đã để khi ra đến vào về từ như cũng nhưng ở th"
        "ì hay lại rất nhiều năm sẽ đang phải làm nói biết thấy đi lên xuống trên dưới sau trước giữa bên ngoài tôi b"
        "ạn anh chị em ông bà chúng ta nó họ mình ai gì nào đâu sao bao nhiêu mấy thế vậy đó đây kia mà nếu vì bởi nê"
        "n hoặc hãy đừng chưa chỉ còn nữa mới cùng theo bằng tại qua hơn nhất tất cả mọi mỗi vài hai ba lần ngày thán"
        "g giờ nay hôm lúc việc điều cách chuyện nhà nước con cái cảm ơn xin chào vâng dạ muốn cần thích thể giúp giả"
        "i viết đọc học tìm"
    ),
    "ro": (
        "de și în a la cu pe nu un o din că este se pentru mai care au ca sunt fi sau dar ce prin după când fost lui "
        "ei lor avea era foarte tot toate toți această acest acesta aceasta aceste acei cel cea cei cele al ale ai un"
        "ei unui unor despre până între fără sub peste spre lângă contra eu tu el ea noi voi ele mie mă îmi îți își t"
        "e ne vă le îi îl am are avem aveți aș ar vrea vreau poate pot poți puteți putem trebuie face fac faci cum un"
        "de cine cât câți câtă câte așa atunci acum apoi încă deja mereu niciodată nimic ceva cineva fiecare alt altă"
        " alți bine bun bună mult multe mulți puțin da mulțumesc salut rog ziua an ani timp oameni aici acolo astăzi "
        "mâine ieri dacă deși decât știu știe"
    ),
    "id": (
        "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka leb"
        "ih kata tahun sudah atau saat oleh menjadi orang ia telah adalah seperti sebagai bahwa dapat para harus namu"
        "n kita dua satu masih hari hanya mengatakan kepada kami setelah melakukan lalu belum lain dia kalau terjadi "
        "banyak menurut anda hingga tak baru beberapa ketika saja jalan sekitar secara dilakukan sementara tapi tetap"
        "i sangat hal sehingga seorang bagi besar lagi selama antara waktu sebuah jika sampai jadi terhadap tiga sert"
        "a pun atas sejak kamu aku apa siapa mana kapan mengapa kenapa bagaimana berapa terima kasih halo selamat tol"
        "ong ya bukan jangan mau ingin perlu membuat buat tahu sini sana sekarang nanti besok kemarin semua setiap se"
        "ndiri bersama tanpa dekat cara kecil"
    ),
    "hu": (
        "a az és hogy nem is egy ez azt meg van volt de ha csak már mint még el ki mi én te ő ti ők ezt ezek azok aki"
        " ami amely akkor amikor mert vagy minden mindig soha talán nagyon jól sok kevés több kell lehet lesz lett vo"
        "ltak vannak lenne volna után előtt között alatt fölött nélkül szerint által miatt hol hova honnan mikor miér"
        "t hogyan milyen melyik mennyi hány engem téged őt minket nekem neked neki nekünk velem veled enyém tied övé "
        "miénk magam magát tudom tudod tudja tudok akarok szeretnék szeretne kérem köszönöm szia helló jó napot igen "
        "itt ott most majd ma holnap tegnap újra ismét valami valaki semmi senki más másik új nagy kis első két három"
        " év nap idő ember emberek fel le be át csinálok csinál lehetne egyszer így úgy pedig tehát ezért"
    ),
    "ru": (
        "и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой ты для же от как бы так"
        " вы такой его только все ее её мне было вот меня еще ещё нет о ему теперь когда даже ну вдруг ли если уже ил"
        "и ни был него до вас нибудь опять уж вам ведь там потом себя ничего ей может тут где есть надо ней тебя их ч"
        "ем была сам чтоб без будто чего раз тоже себе под будет тогда кто потому этого какой совсем ним здесь этом о"
        "дин почти мой тем чтобы нее сейчас были куда зачем всех никогда можно при наконец два об другой хоть после н"
        "ад больше тот через эти нас про них какая много разве эту моя моё мои моему очень сколько почему как-то пожа"
        "луйста спасибо здравствуйте привет доброе добрый хочу нужно помоги делать объясни которые"
    ),
    "uk": (
        "і в не на що я з та до у як за це він вона вони ми ви ти про але або від по для так його її їх ще вже був бу"
        "ла було були бути є коли де хто чому який яка яке які цей ця ці той тому тут там тепер тоді потім завжди нік"
        "оли нічого щось хтось усе все всі весь кожен інший дуже багато мало більше менше тільки лише навіть чи якщо "
        "бо щоб мені мене тебе тобі нам нас вам вас йому їй їм собі себе мій моя моє мої твій наш ваш свій своя може "
        "можна треба потрібно хочу хоче маю має мають робити роблю після перед між без під над через біля один два рі"
        "к років час люди день сьогодні завтра вчора будь ласка дякую привіт вітаю добрий доброго допоможи поясни скі"
        "льки досі зі із ж же й адже"
    ),
    "bg": (
        "на и да в се за не е от са с че по като ще до това но му си което при който която които или един една едно ѝ"
        " им го я те ни ви ми ти аз ние вие той тя то тази този тези онзи така там тук сега тогава после винаги никог"
        "а нищо нещо някой всичко всички всеки друг много малко повече само още вече беше бяха бил била било съм сме "
        "сте има няма имам имаш може мога можеш трябва искам иска правя прави къде кога кой коя кое кои защо как колк"
        "о какво какъв моля благодаря здравей добър добро ден утро мой моя моето твой наш ваш свой без под над между "
        "преди след през към около според ако защото обаче макар два години година време хора днес утре вчера някога "
        "помогни обясни"
    ),
}
